// Files that are made from this project's sources and its packages, kept between processes in node_modules/.cache.
"use strict";

const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join, resolve } = require("node:path");

const folder = resolve(__dirname, "..", "node_modules", ".cache", "airflow-secrets-backends");

// Node.js from 22.1 on also keeps what it compiles, of all packages.
Module.enableCompileCache?.(join(folder, "compiled"));

/** Gives a kept file's text; undefined where there is none. */
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

/** Keeps a file, and tells whether it could: packages may be installed read-only. */
function keep(name, text) {
    try {
        mkdirSync(folder, { recursive: true });
        // Other processes see it whole.
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

module.exports = { folder, keep, read };
