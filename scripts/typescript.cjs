// Require hook that lets Node.js run this project's TypeScript: `node --require ./scripts/typescript.cjs index.ts`. It
// removes types and converts modules to CommonJS. It caches the result, so that the next process neither transpiles
// again nor loads the transpiler. It does not check types: `npm run check` does.
"use strict";

const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { version } = require("sucrase/package.json");
const { read, write } = require("./cache.cjs");

const options = {
    transforms: ["typescript", "imports"],
    // Node.js 20 and later support all newer ECMAScript features that the sources use.
    disableESTransforms: true,
    preserveDynamicImport: true,
    enableLegacyTypeScriptModuleInterop: false,
};
const cacheKey = `${version} ${JSON.stringify(options)}`;

// sucrase keeps line numbers, so that stack traces have the lines of the source.
require.extensions[".ts"] = (module, file) => {
    module._compile(javascriptOf(file), file);
};

function javascriptOf(file) {
    const source = readFileSync(file, "utf8");
    const cached = `${createHash("sha256").update(cacheKey).update(source).digest("hex")}.js`;
    return read(cached) ?? transpile(source, file, cached);
}

function transpile(source, file, cached) {
    const { code } = require("sucrase").transform(source, { ...options, filePath: file });
    // If the cache cannot be written, each process transpiles again.
    write(cached, code);
    return code;
}
