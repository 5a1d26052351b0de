// ESLint rules for how the folders of this project depend on each other. They also see `import("…")` and `require("…")`.
import { dirname, normalize, relative } from "node:path";

/** Where the files of a folder may import from, the first that matches. Packages are always allowed. */
const layers = [
    ["lib/", ["lib/"]],
    ["config/", ["config/", "lib/"]],
    ["airflow/", ["airflow/", "lib/"]],
    ["components/grants/", ["components/grants/", "lib/"]],
    // One service knows nothing of another: {service} is the folder itself.
    [
        "components/{service}/",
        ["components/{service}/", "components/grants/", "components/*", "airflow/", "config/", "lib/"],
    ],
    ["components/", ["components/*", "components/grants/", "airflow/", "config/", "lib/"]],
    ["stack/", ["stack/", "components/", "airflow/", "config/", "lib/"]],
    ["provider/", ["provider/", "components/kubernetes/", "components/astronomer/", "lib/"]],
    ["scripts/", ["scripts/", "stack/", "components/", "airflow/", "config/", "lib/"]],
    ["index.ts", ["stack/", "components/", "airflow/", "config/", "lib/"]],
    ["sandbox/", ["sandbox/", "scripts/", "provider/", "stack/", "components/", "airflow/", "config/", "lib/"]],
];

/** Files that use the Pulumi SDK. No other file may import them, or the SDK, except for types: they load it. */
const usesSdk = [
    /^index\.ts$/,
    /^stack\/(load|preflight|services|testStack)\.ts$/,
    /^components\/(deploymentProvider|errorAdvice|names)\.ts$/,
    /^components\/[a-z]+\/(preflight|target|\w*[bB]ackend)\.ts$/,
    // Parts of a service's backend, target or preflight.
    /^components\/vault\/(approleMounts|approleRoles|testSecrets)\.ts$/,
    /^components\/aws\/(account|identity|secretsManagerKey)\.ts$/,
    /^components\/gcp\/projects\.ts$/,
    /^components\/azure\/(deploymentVault|errors|subscription)\.ts$/,
    /^components\/kubernetes\/workloadPatch\.ts$/,
];

/** Calls `report(node, path or package, isType)` for each import of a file. */
function visitImports(report) {
    const visit = (node, source, isType = false) => {
        // A package.json is data.
        if (source?.type === "Literal" && typeof source.value === "string" && !source.value.endsWith("/package.json")) {
            report(node, source.value, isType);
        }
    };
    const isTypeOnly = ({ importKind, exportKind, specifiers = [] }) =>
        importKind === "type" ||
        exportKind === "type" ||
        (specifiers.length > 0 && specifiers.every((each) => (each.importKind ?? each.exportKind) === "type"));
    return {
        ImportDeclaration: (node) => visit(node, node.source, isTypeOnly(node)),
        ExportNamedDeclaration: (node) => visit(node, node.source, isTypeOnly(node)),
        ExportAllDeclaration: (node) => visit(node, node.source, node.exportKind === "type"),
        ImportExpression: (node) => visit(node, node.source),
        TSImportType: (node) => visit(node, node.source ?? node.argument?.literal, true),
        TSExternalModuleReference: (node) => visit(node, node.expression),
        CallExpression: (node) => {
            if (node.callee.type === "Identifier" && node.callee.name === "require") {
                visit(node, node.arguments[0]);
            }
        },
    };
}

/** Path from the project's root, with the slashes of a URL. */
const fromRoot = (context, file) => relative(context.cwd, file).replaceAll("\\", "/");

/** The path that an import names, without its extension; undefined for a package. */
function target(context, source) {
    if (!source.startsWith(".")) {
        return undefined;
    }
    return fromRoot(context, normalize(`${dirname(context.filename)}/${source}`)).replace(/\.(c|m)?[jt]s$/, "");
}

function allowedFrom(file) {
    const service = /^components\/([a-z]+)\//.exec(file)?.[1];
    for (const [folder, allowed] of layers) {
        const name = folder.replace("{service}", service ?? "{none}");
        if (file.startsWith(name)) {
            return allowed.map((each) => each.replace("{service}", service));
        }
    }
    return undefined;
}

/** `components/*` is the files of that folder alone. */
const isIn = (path, folder) =>
    folder.endsWith("/*")
        ? path.startsWith(folder.slice(0, -1)) && !path.slice(folder.length - 1).includes("/")
        : path.startsWith(folder);

const layersRule = {
    meta: { type: "problem", schema: [] },
    create(context) {
        const file = fromRoot(context, context.filename);
        const allowed = allowedFrom(file);
        return allowed === undefined
            ? {}
            : visitImports((node, source) => {
                  const path = target(context, source);
                  if (path !== undefined && !allowed.some((folder) => isIn(path, folder))) {
                      const message = `${file} may not import ${path}. Allowed: ${allowed.join(", ")}. scripts/lint/layers.mjs says why.`;
                      context.report({ node, message });
                  }
              });
    },
};

const sdkRule = {
    meta: { type: "problem", schema: [] },
    create(context) {
        const file = fromRoot(context, context.filename);
        if (usesSdk.some((pattern) => pattern.test(file)) || file.startsWith("test/")) {
            return {};
        }
        return visitImports((node, source, isType) => {
            const path = target(context, source);
            const isSdk = path === undefined && /^@pulumi\//.test(source) && !/^@pulumi\/pulumi\/proto\//.test(source);
            if (!isType && (isSdk || usesSdk.some((pattern) => pattern.test(`${path}.ts`)))) {
                const message = `${file} may import only types from ${path ?? source}, which loads the Pulumi SDK.`;
                context.report({ node, message });
            }
        });
    },
};

export default { rules: { layers: layersRule, sdk: sdkRule } };
