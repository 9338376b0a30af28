// Builds the style sheet and copies the one script that pages need; no crest, crown or webfont.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const built = join(here, "..", "static", "built");

mkdirSync(built, { recursive: true });
const { css } = compile(join(here, "app.scss"), {
  style: "compressed",
  loadPaths: [modules],
  quietDeps: true,
});
writeFileSync(join(built, "app.css"), css);
copyFileSync(
  join(modules, "govuk-frontend", "dist", "govuk", "govuk-frontend.min.js"),
  join(built, "govuk-frontend.min.js"),
);
