import assert from "node:assert/strict";
import { envRedactor } from "../../../airflow/redact";

const privateKey = "-----BEGIN PRIVATE KEY-----\nMIGH/AgEA+\n-----END PRIVATE KEY-----\n";
const kwargs = JSON.stringify({
    url: "https://vault.sandbox.test",
    variables_path: "solar-dust-1234/variables",
    secret_id: "3f0f1a3c-secret",
    role_id: "998d5c54-role",
    gcp_keyfile_dict: JSON.stringify({ private_key: privateKey, client_email: "a@b.example" }),
});
const redact = envRedactor({ AIRFLOW__SECRETS__BACKEND: "some.Backend", AIRFLOW__SECRETS__BACKEND_KWARGS: kwargs }, [
    { name: "AIRFLOW__SECRETS__BACKEND", secret: true },
    { name: "AIRFLOW__SECRETS__BACKEND_KWARGS", secret: true },
]);

describe("envRedactor", () => {
    it("redacts the whole value and every credential in it, in all encodings", () => {
        for (const secret of [kwargs, "3f0f1a3c-secret", "998d5c54-role", privateKey]) {
            const base64 = Buffer.from(secret).toString("base64");
            for (const text of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64]) {
                assert.equal(redact(`<${text}>`), "<[redacted]>");
            }
        }
    });

    it("keeps what helps to find the cause of an error", () => {
        const text = "some.Backend at https://vault.sandbox.test: solar-dust-1234/variables not found";
        assert.equal(redact(text), text);
    });

    it("redacts a plain value that is marked secret, and no other value", () => {
        const plain = envRedactor({ AWS_SECRET_ACCESS_KEY: "abcdefghijkl", AWS_DEFAULT_REGION: "us-east-1" }, [
            { name: "AWS_SECRET_ACCESS_KEY", secret: true },
            { name: "AWS_DEFAULT_REGION", secret: false },
        ]);
        assert.equal(plain("abcdefghijkl in us-east-1"), "[redacted] in us-east-1");
    });
});
