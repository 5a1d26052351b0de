import js from "@eslint/js";
import tseslint from "typescript-eslint";
import layers from "./scripts/lint/layers.mjs";

export default tseslint.config(
    { ignores: ["node_modules/", ".sandbox/"] },
    js.configs.recommended,
    {
        files: ["**/*.ts"],
        extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        plugins: { layers },
        rules: {
            "layers/layers": "error",
            "layers/sdk": "error",
            // Numbers and URLs read well in a message; anything else still has to be turned into text on purpose.
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
            // The Kubernetes client's model classes are shapes: plain objects are what it sends.
            "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
            // A Pulumi resource is registered by being constructed.
            "no-new": "off",
            "max-lines": ["error", { max: 260, skipBlankLines: true, skipComments: true }],
            "max-lines-per-function": ["error", { max: 80, skipBlankLines: true, skipComments: true }],
        },
    },
    {
        files: ["test/**/*.ts"],
        rules: {
            "@typescript-eslint/no-non-null-assertion": "off",
            // A `describe` is a function that holds its tests.
            "max-lines-per-function": "off",
        },
    },
    { files: ["**/*.cjs"], languageOptions: { globals: { __dirname: "readonly", process: "readonly" } } },
    {
        files: ["**/*.mjs"],
        languageOptions: {
            globals: {
                process: "readonly",
                console: "readonly",
                URL: "readonly",
                setTimeout: "readonly",
                clearTimeout: "readonly",
            },
        },
    },
);
