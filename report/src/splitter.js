// The bar between the diagram and what stands below it: dragged, or moved by the arrow keys.

const least = 90; // pixels

export function split(bar) {
  const set = (height) => document.body.style.setProperty("--below", `${Math.max(least, Math.min(innerHeight - 260, height))}px`);
  const now = () => document.getElementById("panel").clientHeight;
  bar.addEventListener("pointerdown", (event) => {
    bar.setPointerCapture(event.pointerId);
    const from = event.clientY, height = now();
    const move = (e) => set(height + from - e.clientY);
    bar.addEventListener("pointermove", move);
    bar.addEventListener("pointerup", () => bar.removeEventListener("pointermove", move), { once: true });
  });
  bar.addEventListener("keydown", (event) => {
    const by = { ArrowUp: 40, ArrowDown: -40 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    set(now() + by);
  });
}
