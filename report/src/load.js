// The record of a run, out of the page: base64 and gzip in, bytes out, a piece at a time, so that the page can say how far it is.

const bytesOf = (base64) => {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
};

/** Lets the browser paint and listen. */
export const breathe = () => new Promise((resolve) => setTimeout(resolve, 0));

const newline = 10;
const decoder = new TextDecoder();

/** Calls take(object, begin, end) for the lines from one place in the bytes to another, just behind a newline. */
export function parse(bytes, from, to, take) {
  for (const object of JSON.parse(`[${decoder.decode(bytes.subarray(from, to - 1)).replaceAll("\n", ",")}]`)) {
    const end = bytes.indexOf(newline, from);
    take(object, from, end);
    from = end + 1;
  }
}

/**
 * Reads what `simterpose report` has put into the page. Calls take(object, begin, end) for each line, in order, with its place
 * in the bytes, and tell(part) now and then: which part of it has been read. Returns the bytes.
 */
export async function load(take, tell) {
  const element = document.getElementById("record");
  const text = element.textContent.trim();
  if (text === "") return new Uint8Array();
  const packed = bytesOf(text);
  element.textContent = ""; // its memory is wanted
  const size = new DataView(packed.buffer).getUint32(packed.length - 4, true); // of a gzip file, its last word
  const bytes = new Uint8Array(size);
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  let filled = 0, read = 0, told = performance.now();
  for (let more = await reader.read(); !more.done; more = await reader.read()) {
    bytes.set(more.value, filled);
    filled += more.value.length;
    const whole = bytes.subarray(0, filled).lastIndexOf(newline) + 1;
    if (whole <= read || (filled < size && whole - read < 1 << 20)) continue;
    parse(bytes, read, whole, take);
    read = whole;
    if (performance.now() - told < 100) continue;
    tell(filled / size);
    await breathe();
    told = performance.now();
  }
  return bytes;
}
