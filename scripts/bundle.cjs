// Bundles a program of this project into one JavaScript file and runs it. The bundle contains the parts of the packages
// that the program uses: loading the many files of a package takes longer than most of what the programs do. The bundle
// is cached, and rebuilt if a source of this project or package-lock.json has changed.
//
//   node scripts/bundle.cjs <file.ts> [arguments]
"use strict";

const { createHash } = require("node:crypto");
const { existsSync, readdirSync, readFileSync, rmSync } = require("node:fs");
const { join, resolve } = require("node:path");
const { folder, read, write } = require("./cache.cjs");

const root = resolve(__dirname, "..");
/** Inputs of every bundle, besides its sources. */
const commonInputs = ["package-lock.json", "scripts/bundle.cjs"];

/**
 * Loads a program and returns its exports.
 *
 * @param entry path from the project's root
 * @param external packages that are not bundled: the caller has loaded them and both need the same copy, or the program
 * does not use them
 */
function load(entry, external = []) {
    // Several checkouts can share one node_modules folder, so the id contains the root.
    const id = createHash("sha256")
        .update(JSON.stringify([root, entry, external]))
        .digest("hex")
        .slice(0, 12);
    const name = `${entry.replace(/\.ts$/, "").replaceAll("/", "-")}-${id}`;
    const file = cachedBundle(name) ?? build(entry, external, name);
    if (file !== undefined) {
        return require(file);
    }
    require("./typescript.cjs");
    return require(join(root, entry));
}

/** Returns the path of the bundle of the current sources; undefined if it is not in the cache. */
function cachedBundle(name) {
    const inputs = read(`${name}.json`);
    if (inputs === undefined) {
        return undefined;
    }
    const bundle = bundleName(name, JSON.parse(inputs));
    return bundle !== undefined && existsSync(join(folder, bundle)) ? join(folder, bundle) : undefined;
}

/** Builds a bundle and returns its path; undefined if the cache cannot be written. */
function build(entry, external, name) {
    const esbuild = require("esbuild");
    const { metafile, outputFiles } = esbuild.buildSync({
        absWorkingDir: root,
        entryPoints: [entry],
        external,
        bundle: true,
        platform: "node",
        target: "node20",
        format: "cjs",
        logLevel: "error",
        metafile: true,
        outfile: "bundle.cjs",
        write: false,
    });
    // Otherwise esbuild's child process keeps running next to the program.
    void esbuild.stop();
    const inputs = Object.keys(metafile.inputs).filter((file) => !file.includes("node_modules/"));
    const bundle = bundleName(name, inputs);
    if (bundle === undefined || !write(bundle, outputFiles[0].text) || !write(`${name}.json`, JSON.stringify(inputs))) {
        return undefined;
    }
    for (const old of readdirSync(folder).filter((file) => file.startsWith(`${name}-`) && file !== bundle)) {
        rmSync(join(folder, old), { force: true });
    }
    return join(folder, bundle);
}

/** Returns a file name with a hash of the sources; undefined if one of them was deleted. */
function bundleName(name, inputs) {
    const hash = createHash("sha256");
    for (const input of [...commonInputs, ...inputs]) {
        try {
            hash.update(input).update(readFileSync(join(root, input)));
        } catch (error) {
            if (error.code !== "ENOENT") {
                throw error;
            }
            return undefined;
        }
    }
    return `${name}-${hash.digest("hex").slice(0, 16)}.cjs`;
}

module.exports = { load };

if (require.main === module) {
    const [entry] = process.argv.splice(2, 1);
    load(entry);
}
