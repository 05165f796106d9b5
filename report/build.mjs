// Makes report.html: node build.mjs [FILE]. Scripts and styles are bundled into the page, which needs neither a server nor a
// network. `simterpose report` puts the record of a run into it.
import { build } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const { outputFiles } = await build({
  entryPoints: [join(here, "src/main.js")],
  bundle: true,
  minify: true,
  write: false,
  outdir: here,
  target: "es2020",
  legalComments: "inline",
  charset: "utf8",
});
const text = (ending) => outputFiles.find((file) => file.path.endsWith(ending)).text;
const page = readFileSync(join(here, "src/page.html"), "utf8")
  .replace("/* styles */", () => text(".css"))
  .replace("/* scripts */", () => text(".js").replaceAll("</script", "<\\/script"));
writeFileSync(process.argv[2] ?? join(here, "report.html"), page);
