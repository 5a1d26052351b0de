// The program that Pulumi starts. Loads the bundle of index.ts.
"use strict";

const Module = require("node:module");
const bundle = require("./bundle.cjs");

// Pulumi reads a stack trace for every promise. It has also installed source-map-support, which would then read the
// source maps of all packages, so its handler is removed.
delete Error.prepareStackTrace;

// Pulumi's first module loads the TypeScript compiler and npm's library, to serialize functions into the state. That is
// a fifth of the time of a preview, and this program serializes no functions. So each of the two is replaced by a proxy
// that loads it on first use.
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
            // Importers read `__esModule` first. Answer without loading the module.
            get: (_, key) => (key === "__esModule" ? true : load()[key]),
            has: (_, key) => key in load(),
            ownKeys: () => Reflect.ownKeys(load()),
            getOwnPropertyDescriptor: (_, key) => ({ value: load()[key], configurable: true, enumerable: true }),
        },
    );
    require.cache[file] ??= lazy;
}

// Pulumi has already loaded these packages, and the bundle has to use the same copies.
const loaded = ["@pulumi/pulumi", "@grpc/grpc-js", "google-protobuf"];
// Only the command `status`, or `pulumi up` for the proof, uses these. They are large.
const unused = [
    "@aws-sdk/client-iam",
    "@googleapis/iam",
    "@azure/identity",
    "@smithy/signature-v4",
    "jose",
    "@kubernetes/client-node",
];
module.exports = bundle.load("index.ts", [...loaded, ...unused]);
