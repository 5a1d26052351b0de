import assert from "node:assert/strict";
import { assertProblem, minimal, problemsIn } from "./fixtures";

describe("proof in the config", () => {
    it("allows three values", () => {
        for (const proof of ["required", "if-reachable", "off"]) {
            assert.deepEqual(problemsIn([minimal("solar", {}, { proof })]), []);
        }
        assertProblem(
            [minimal("solar", {}, { proof: "optional" })],
            "deployments[0] (solar).proof",
            '"optional"',
            "Allowed: required, if-reachable or off. Write if-reachable if only Airflow can reach the service, off to " +
                "change the env vars without a proof, or leave the key out for required.",
        );
    });

    it("takes minutes or seconds, an hour at most", () => {
        for (const proofTimeout of ["0s", "90s", "10m", "60m", "3600s"]) {
            assert.deepEqual(problemsIn([minimal("solar", {}, { proofTimeout })]), []);
        }
        for (const proofTimeout of ["61m", "1h", "4000", "1.5m", "-1m", "m"]) {
            assertProblem(
                [minimal("solar", {}, { proofTimeout })],
                "deployments[0] (solar).proofTimeout",
                JSON.stringify(proofTimeout),
                "Allowed: whole minutes or seconds, 60m at most. Write e.g. 10m, or leave the key out for that.",
            );
        }
    });

    it("proposes the units with which a number is allowed, and not quotes", () => {
        for (const [proofTimeout, hint] of [
            [90, "write 90s"],
            ["90", "write 90s"],
            [10, "write 10m or 10s"],
        ]) {
            assertProblem(
                [minimal("solar", {}, { proofTimeout })],
                "deployments[0] (solar).proofTimeout",
                JSON.stringify(proofTimeout),
                "Allowed: whole minutes or seconds, 60m at most. Write e.g. 10m, or leave the key out for that. The unit is " +
                    `missing: ${hint}.`,
            );
        }
        for (const proofTimeout of [0, 4000, 1.5, -1, true]) {
            assertProblem(
                [minimal("solar", {}, { proofTimeout })],
                "deployments[0] (solar).proofTimeout",
                String(proofTimeout),
                /leave the key out for that\.$/,
            );
        }
    });
});
