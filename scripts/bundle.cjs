// Runs a program of this project as one JavaScript file that holds its packages too, of them only what the program uses:
// `node scripts/bundle.cjs <file.ts> [arguments]`. To find and load a package's many files takes longer than most of what
// the programs do. The bundle is kept, and built again when a source of this project or package-lock.json has changed.
"use strict";

const { createHash } = require("node:crypto");
const { existsSync, readdirSync, readFileSync, rmSync } = require("node:fs");
const { join, resolve } = require("node:path");
const { folder, keep, read } = require("./cache.cjs");

const root = resolve(__dirname, "..");
const builtFromAll = ["package-lock.json", "scripts/bundle.cjs"];

/**
 * Loads a program, named from the project's root, and gives its exports. The packages named `external` are not in the
 * bundle: whoever loads the program has them too, and both need the same copy.
 */
function load(entry, external = []) {
    // One folder of packages can serve several checkouts.
    const id = createHash("sha256")
        .update(JSON.stringify([root, entry, external]))
        .digest("hex")
        .slice(0, 12);
    const name = `${entry.replace(/\.ts$/, "").replaceAll("/", "-")}-${id}`;
    const file = keptBundle(name) ?? build(entry, external, name);
    if (file !== undefined) {
        return require(file);
    }
    require("./typescript.cjs");
    return require(join(root, entry));
}

/** The path of the bundle that was built from the sources as they are now; undefined where there is none. */
function keptBundle(name) {
    const inputs = read(`${name}.json`);
    if (inputs === undefined) {
        return undefined;
    }
    const bundle = bundleName(name, JSON.parse(inputs));
    return bundle !== undefined && existsSync(join(folder, bundle)) ? join(folder, bundle) : undefined;
}

/** Gives the bundle's path; undefined where nothing can be kept. */
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
    // It would stay beside the program otherwise.
    void esbuild.stop();
    const inputs = Object.keys(metafile.inputs).filter((file) => !file.includes("node_modules/"));
    const bundle = bundleName(name, inputs);
    if (bundle === undefined || !keep(bundle, outputFiles[0].text) || !keep(`${name}.json`, JSON.stringify(inputs))) {
        return undefined;
    }
    for (const old of readdirSync(folder).filter((file) => file.startsWith(`${name}-`) && file !== bundle)) {
        rmSync(join(folder, old), { force: true });
    }
    return join(folder, bundle);
}

/** A name that changes with the sources; undefined where one of them is gone. */
function bundleName(name, inputs) {
    const hash = createHash("sha256");
    for (const input of [...builtFromAll, ...inputs]) {
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
