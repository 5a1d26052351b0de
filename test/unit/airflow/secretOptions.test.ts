import assert from "node:assert/strict";
import { isSecretOption } from "../../../airflow/secretOptions";

describe("isSecretOption", () => {
    it("is an option that Airflow is to read from the secrets backend", () => {
        for (const variable of [
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_SECRET",
            "AIRFLOW__CORE__FERNET_KEY_SECRET",
            "AIRFLOW__CELERY__BROKER_URL_SECRET",
            "AIRFLOW__API_AUTH__JWT_SECRET_SECRET",
        ]) {
            assert.ok(isSecretOption(variable), variable);
        }
    });

    it("is neither an option of that name, nor one that comes after ours, nor another variable", () => {
        for (const variable of [
            "AIRFLOW__API_AUTH__JWT_SECRET",
            "AIRFLOW__KEYCLOAK_AUTH_MANAGER__CLIENT_SECRET",
            "AIRFLOW__SECRETS__BACKEND_KWARGS_SECRET",
            "AIRFLOW__CORE__FERNET_KEY_CMD",
            "AIRFLOW__CORE__FERNET_KEY",
            "MY_SECRET",
        ]) {
            assert.ok(!isSecretOption(variable), variable);
        }
    });
});
