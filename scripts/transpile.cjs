// What tsconfig.json names as ts-node's transpiler: takes types out and turns modules into CommonJS, in a tenth of the time
// that TypeScript takes. `npm run check` is where types are looked at.
"use strict";

exports.create = () => {
    // Loaded when there is something to transpile.
    const { transform } = require("sucrase");
    let isFirst = true;
    return {
        transpile(text, { fileName }) {
            if (isFirst) {
                // Each line stays where it is. Pulumi looks at a stack for every promise, and ts-node would go through the
                // maps of all packages for it.
                delete Error.prepareStackTrace;
                isFirst = false;
            }
            const { code } = transform(text, {
                transforms: ["typescript", "imports"],
                filePath: fileName,
                // Node.js 20 and later know everything that is newer than that.
                disableESTransforms: true,
                preserveDynamicImport: true,
                enableLegacyTypeScriptModuleInterop: false,
            });
            // ts-node wants one all the same.
            const map = { version: 3, sources: [fileName], names: [], mappings: "" };
            return { outputText: code, sourceMapText: JSON.stringify(map) };
        },
    };
};
