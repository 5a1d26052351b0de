// ESLint rules for the dependencies between this project's folders. They also check `import("…")` and `require("…")`.
import { dirname, normalize, relative } from "node:path";

/** The paths from which a folder's files may import. The first matching folder counts. Packages are always allowed. */
const layers = [
    ["lib/", ["lib/"]],
    ["config/", ["config/", "lib/"]],
    ["airflow/", ["airflow/", "lib/"]],
    ["components/grants/", ["components/grants/", "lib/"]],
    // A service must not import another service: {service} is the file's own folder.
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

/** Files that use the Pulumi SDK. Other files may import only types from them and from the SDK, to avoid loading it. */
const usesSdk = [
    /^index\.ts$/,
    /^stack\/(cancelled|createdVaults|load|planned|planProblems|preflight|proof|retired|services|state|testStack|writeRecords)\.ts$/,
    /^components\/(allSettled|claimsByDeployment|deploymentProvider|errorAdvice)\.ts$/,
    /^components\/[a-z]+\/(preflight|target|\w*[bB]ackend)\.ts$/,
    // Parts of a service's backend, target or preflight in separate files.
    /^components\/[a-z]+\/secretKeys\.ts$/,
    /^components\/vault\/(appRole|authMounts|podRole|testSecretResources)\.ts$/,
    /^components\/(aws|azure|gcp)\/existing\.ts$/,
    /^components\/aws\/(account|identityProviders|login|regions|role|secretsManagerKey|user)\.ts$/,
    /^components\/gcp\/(projects|providers)\.ts$/,
    /^components\/azure\/(clientSecret|deploymentVault|errors|federatedCredentials|subscription)\.ts$/,
    /^components\/kubernetes\/(podTemplateSecret|workloadPatch)\.ts$/,
];

/** Calls `report(node, path or package, isType)` for each import of a file. */
function visitImports(report) {
    const visit = (node, source, isType = false) => {
        // A package.json contains only data, so importing it is always allowed.
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

/** Returns a path relative to the project's root, with forward slashes. */
const fromRoot = (context, file) => relative(context.cwd, file).replaceAll("\\", "/");

/** Returns the path of an import, without its extension; undefined for a package. */
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

/** Whether a path is in a folder. `components/*` means only the files directly in that folder. */
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
                      const message = `${file} may not import ${path}. Allowed: ${allowed.join(", ")}. See scripts/lint/layers.mjs.`;
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
