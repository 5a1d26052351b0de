// A cache in node_modules/.cache for files that are generated from this project's sources and its packages.
"use strict";

const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join, resolve } = require("node:path");

const folder = resolve(__dirname, "..", "node_modules", ".cache", "airflow-secrets-backends");

// Node.js 22.1 and later also cache the compiled code of all packages.
Module.enableCompileCache?.(join(folder, "compiled"));

/** Returns the content of a cached file; undefined if it does not exist. */
function read(name) {
    try {
        return readFileSync(join(folder, name), "utf8");
    } catch (error) {
        if (error.code !== "ENOENT") {
            throw error;
        }
        return undefined;
    }
}

/** Writes a file to the cache. Returns false if that is not permitted, because packages may be installed read-only. */
function write(name, text) {
    try {
        mkdirSync(folder, { recursive: true });
        // Write and rename, so that other processes never see a partial file.
        const partial = join(folder, `${name}.${process.pid}`);
        writeFileSync(partial, text);
        renameSync(partial, join(folder, name));
        return true;
    } catch (error) {
        if (error.code !== "EACCES" && error.code !== "EROFS" && error.code !== "EPERM") {
            throw error;
        }
        return false;
    }
}

module.exports = { folder, read, write };
