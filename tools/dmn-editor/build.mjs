// Builds the vendored editor: copy this folder out of the project, `npm install && npm run build`, copy out/* back to
// hansa/rulebook/static/rulebook/dmn-js/.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const require = createRequire(import.meta.url);
const here = (name) => resolve(import.meta.dirname, name);
const instead = {
  name: "instead",
  setup({ onResolve }) {
    onResolve({ filter: /\/components\/LiteralExpression$/ }, () => ({ path: here("plain.js") }));
    onResolve({ filter: /^@bpmn-io\/dmn-variable-resolver$/ }, () => ({ path: here("nothing.js") }));
    onResolve({ filter: /^domify$/ }, () => ({ path: here("domify.js") }));
    onResolve({ filter: /^domify-original$/ }, () => ({ path: here("node_modules/domify/index.js") }));
  },
};

const common = { bundle: true, minify: true, metafile: true, legalComments: "none", target: "es2022", lineLimit: 2000 };
const { metafile } = await build({
  ...common, entryPoints: [here("entry.js")], outfile: here("out/dmn-table.js"), format: "iife", globalName: "DmnTable", plugins: [instead],
});
const sheets = ["dmn-js-shared/assets/css/dmn-js-shared.css", "dmn-js-decision-table/assets/css/dmn-js-decision-table.css", "dmn-js-decision-table/assets/css/dmn-js-decision-table-controls.css"];
await build({
  ...common, stdin: { contents: sheets.map((one) => `@import "${one}";`).join("\n"), resolveDir: import.meta.dirname, loader: "css" }, outfile: here("out/dmn-table.css"),
});

const bundled = new Set(Object.keys(metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean));
const texts = [...bundled].sort().map((name) => {
  const folder = here(join("node_modules", name));
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json")));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  return `## ${name} ${version}\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : license}\n`;
});
writeFileSync(here("out/LICENSES.txt"), `What is bundled in dmn-table.js and dmn-table.css, with the licences.\nThe bpmn.io watermark must stay visible wherever a table is shown with it.\n\n${texts.join("\n")}`);
