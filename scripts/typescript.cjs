// Lets Node.js run this project's TypeScript: `node --require ./scripts/typescript.cjs index.ts`. It takes types out and
// turns modules into CommonJS, and keeps what it made, so that the next process neither does it again nor loads what does
// it. `npm run check` is where types are looked at.
"use strict";

const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join, resolve } = require("node:path");
const { version } = require("sucrase/package.json");

const cache = resolve(__dirname, "..", "node_modules", ".cache", "airflow-secrets-backends");
const options = {
    transforms: ["typescript", "imports"],
    // Node.js 20 and later know everything that is newer than that.
    disableESTransforms: true,
    preserveDynamicImport: true,
    enableLegacyTypeScriptModuleInterop: false,
};
const made = `${version} ${JSON.stringify(options)}`;

// Node.js from 22.1 on also keeps what it compiles, of all packages.
Module.enableCompileCache?.(join(cache, "compiled"));

// Each line stays where it is, so that the lines of a stack are those of the source. Pulumi looks at a stack for every
// promise, and what it loads to do so would go through the source maps of all packages.
delete Error.prepareStackTrace;
require.extensions[".ts"] = (module, file) => {
    module._compile(javascriptOf(file), file);
};

function javascriptOf(file) {
    const source = readFileSync(file, "utf8");
    const kept = join(cache, `${createHash("sha256").update(made).update(source).digest("hex")}.js`);
    return read(kept) ?? transpile(source, file, kept);
}

function read(file) {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        if (error.code !== "ENOENT") {
            throw error;
        }
        return undefined;
    }
}

function transpile(source, file, kept) {
    const { code } = require("sucrase").transform(source, { ...options, filePath: file });
    try {
        mkdirSync(cache, { recursive: true });
        // Other processes see it whole.
        const partial = `${kept}.${process.pid}`;
        writeFileSync(partial, code);
        renameSync(partial, kept);
    } catch (error) {
        // Where packages are installed read-only, each process transpiles for itself.
        if (error.code !== "EACCES" && error.code !== "EROFS" && error.code !== "EPERM") {
            throw error;
        }
    }
    return code;
}
