// Lets Node.js run this project's TypeScript: `node --require ./scripts/typescript.cjs index.ts`. It takes types out and
// turns modules into CommonJS, and keeps what it made, so that the next process neither does it again nor loads what does
// it. `npm run check` is where types are looked at.
"use strict";

const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { version } = require("sucrase/package.json");
const { keep, read } = require("./cache.cjs");

const options = {
    transforms: ["typescript", "imports"],
    // Node.js 20 and later know everything that is newer than that.
    disableESTransforms: true,
    preserveDynamicImport: true,
    enableLegacyTypeScriptModuleInterop: false,
};
const made = `${version} ${JSON.stringify(options)}`;

// Each line stays where it is, so that the lines of a stack are those of the source.
require.extensions[".ts"] = (module, file) => {
    module._compile(javascriptOf(file), file);
};

function javascriptOf(file) {
    const source = readFileSync(file, "utf8");
    const kept = `${createHash("sha256").update(made).update(source).digest("hex")}.js`;
    return read(kept) ?? transpile(source, file, kept);
}

function transpile(source, file, kept) {
    const { code } = require("sucrase").transform(source, { ...options, filePath: file });
    // Where it cannot be kept, each process transpiles for itself.
    keep(kept, code);
    return code;
}
