// Which hosts have a row in the diagram, and which row.

/** A pattern of the shell: * ? [abc] [0-9]. */
const pattern = (word) =>
  new RegExp(`^${word.replace(/[.+^${}()|\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".").replaceAll("[!", "[^")}$`, "i");

/** Whether a host is meant by a word: a pattern, its name, or, when no host is called so, a part of the name. */
function matcher(word, hosts) {
  if (/[*?[]/.test(word)) {
    try {
      const expression = pattern(word);
      return (host) => expression.test(host.name);
    } catch {
      return () => false;
    }
  }
  const wanted = word.toLowerCase();
  const exact = hosts.some((host) => host.name.toLowerCase() === wanted);
  return exact ? (host) => host.name.toLowerCase() === wanted : (host) => host.name.toLowerCase().includes(wanted);
}

export class Rows {
  constructor(hosts) {
    this.hosts = hosts;
    this.choose("");
  }

  /** Words with commas or spaces between them; a ! before one: not these. Nothing: all. If none is left: all as well. */
  choose(words) {
    const all = words.split(/[\s,]+/).filter((word) => word !== "" && word !== "!");
    const wanted = all.filter((word) => !word.startsWith("!")).map((word) => matcher(word, this.hosts));
    const unwanted = all.filter((word) => word.startsWith("!")).map((word) => matcher(word.slice(1), this.hosts));
    const chosen = this.hosts.filter((host) => (wanted.length === 0 || wanted.some((is) => is(host))) && !unwanted.some((is) => is(host)));
    this.some = chosen.length > 0 && chosen.length < this.hosts.length;
    this.shown = chosen.length > 0 ? chosen : this.hosts;
    this.row = new Int32Array(this.hosts.length).fill(-1);
    this.shown.forEach((host, row) => (this.row[host.at] = row));
    return chosen.length > 0 || all.length === 0;
  }

  get count() {
    return this.shown.length;
  }

  /** The row of a host by its number; -1: it has none. */
  of(at) {
    return at >= 0 ? this.row[at] : -1;
  }
}
