// What Pulumi starts: index.ts.
"use strict";

const Module = require("node:module");
const bundle = require("./bundle.cjs");

// Pulumi looks at a stack for every promise, and what it loads to do so would go through the source maps of all packages.
delete Error.prepareStackTrace;

// Pulumi's first module loads the TypeScript compiler and npm's library for functions that are kept in a state, a fifth of
// what a preview takes. This program keeps none. Should anything else want one of them after all, it is loaded then.
const pulumi = Module.createRequire(require.resolve("@pulumi/pulumi/package.json"));
for (const name of ["typescript", "@npmcli/arborist"]) {
    const file = pulumi.resolve(name);
    const lazy = new Module(file);
    let loaded;
    const load = () => {
        if (loaded === undefined) {
            delete require.cache[file];
            loaded = pulumi(name);
        }
        return loaded;
    };
    lazy.filename = file;
    lazy.loaded = true;
    lazy.exports = new Proxy(
        {},
        {
            // What its importers ask first, to know how to import it.
            get: (_, key) => (key === "__esModule" ? true : load()[key]),
            has: (_, key) => key in load(),
            ownKeys: () => Reflect.ownKeys(load()),
            getOwnPropertyDescriptor: (_, key) => ({ value: load()[key], configurable: true, enumerable: true }),
        },
    );
    require.cache[file] ??= lazy;
}

// These are the ones that Pulumi has loaded by now.
module.exports = bundle.load("index.ts", ["@pulumi/pulumi", "@grpc/grpc-js", "google-protobuf"]);
