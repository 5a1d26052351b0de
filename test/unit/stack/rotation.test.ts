import assert from "node:assert/strict";
import { durationMs, formatDuration } from "../../../config/duration";
import { rotationTimes } from "../../../stack/rotation";
import { assertProblem, minimal, parseDeployments, problemsIn, target } from "./fixtures";

const DAY = 86_400_000;
const RULE = "every + overlap + 7d at most as long as a credential lives";

const withRotation = (rotation: object, backend: object = {}, rest: object = {}): object => ({
    ...minimal("solar", { ...backend }),
    rotation,
    ...rest,
});

const azure = { kind: "azure-key-vault", resourceGroup: "group", vaultName: "vault" };

describe("rotation", () => {
    it("has a default for each kind of backend, and 24 hours of overlap", () => {
        const backends = [
            { kind: "vault", address: "https://vault.example.com", scope: "solar" },
            { kind: "aws-secrets-manager", region: "eu-central-1" },
            { kind: "aws-parameter-store", region: "eu-central-1" },
            { kind: "gcp-secret-manager", project: "my-project" },
            azure,
        ];
        const days = backends.map((backend) => {
            const [found] = parseDeployments([{ name: "solar", target: target("solar"), backend }]);
            const { everyMs, overlapMs } = rotationTimes(found!.rotation, found!.backend.kind);
            assert.equal(overlapMs, DAY);
            return (everyMs ?? 0) / DAY;
        });
        assert.deepEqual(days, [20, 60, 60, 60, 90]);
    });

    it("accepts days, hours and never", () => {
        const [found] = parseDeployments([withRotation({ every: "36h", overlap: "2d" })]);
        assert.deepEqual(rotationTimes(found!.rotation, "vault"), { everyMs: 1.5 * DAY, overlapMs: 2 * DAY });
        const [never] = parseDeployments([withRotation({ every: "never" })]);
        assert.equal(rotationTimes(never!.rotation, "vault").everyMs, undefined);
    });

    it("refuses what is no duration", () => {
        for (const every of ["20", "20 days", "0d", "0h", "-1d", "1.5d", "", "Never", 20]) {
            const [line = "", ...more] = problemsIn([withRotation({ every })]);
            assert.deepEqual(more, []);
            assert.match(
                line,
                /^deployments\[0\] \(solar\)\.rotation\.every: found .* Allowed: whole days or hours, e\.g\. 20d/,
            );
        }
        const hints = [20, "20"].map((every) => problemsIn([withRotation({ every })])[0] ?? "");
        hints.push(...problemsIn([withRotation({ overlap: 20 })]));
        assert.equal(hints.length, 3);
        for (const line of hints) {
            assert.match(line, /\. The unit is missing: write 20d or 20h\.$/);
        }
        assertProblem(
            [withRotation({ overlap: "1w" })],
            "deployments[0] (solar).rotation.overlap",
            '"1w"',
            /^Allowed: whole days or hours, at least 1h/,
        );
        assertProblem(
            [withRotation({ evry: "20d" })],
            "deployments[0] (solar).rotation.evry",
            "an unknown key",
            /every/,
        );
    });

    it("allows no overlap only where the stack waits for the pods", () => {
        assert.deepEqual(problemsIn([withRotation({ overlap: "0h" })]), []);
        const astronomer = { kind: "astronomer", houstonUrl: "https://houston.example.com/v1" };
        const doesNotWait = "that does not wait until the pods have restarted";
        for (const [other, why] of [
            [astronomer, doesNotWait],
            [target("solar", { waitForRollout: false }), doesNotWait],
            [
                target("solar", { podTemplateSecret: "pod-env" }),
                "with podTemplateSecret: pods from a template do not restart",
            ],
        ] as const) {
            assertProblem(
                [withRotation({ overlap: "0h" }, {}, { target: other })],
                "deployments[0] (solar).rotation.overlap",
                `0h for a target ${why}`,
                "Allowed: at least 1h: until then, pods read with the previous credential. Write e.g. 24h.",
            );
        }
    });

    it("refuses a credential that may end before it has been replaced, and says which number to change", () => {
        assertProblem(
            [withRotation({ every: "23d" })],
            "deployments[0] (solar).rotation.every",
            "23d, but a credential lives 30d (backend.secretIdTtl) and stays valid for 24h (overlap) after it has been replaced",
            `Allowed: ${RULE}. Write every: 22d or less, or raise backend.secretIdTtl.`,
        );
        assert.deepEqual(problemsIn([withRotation({ every: "22d" })]), []);
        assertProblem(
            [{ name: "solar", target: target("solar"), backend: { ...azure, clientSecretDays: 90 } }],
            "deployments[0] (solar).rotation.every",
            "90d, but a credential lives 90d (backend.clientSecretDays) and stays valid for 24h (overlap) after it has been replaced",
            `Allowed: ${RULE}. Write every: 82d or less, or raise backend.clientSecretDays.`,
        );
    });

    it("proposes an every that is allowed, also beside an invalid overlap", () => {
        const paths = ["deployments[0] (solar).rotation.overlap", "deployments[0] (solar).rotation.every"];
        for (const overlap of ["0h", "1w"]) {
            const astronomer = { target: { kind: "astronomer", houstonUrl: "https://houston.example.com/v1" } };
            const lines = problemsIn([withRotation({ every: "25d", overlap }, {}, astronomer)]);
            assert.deepEqual(
                lines.map((line) => line.slice(0, line.indexOf(":"))),
                paths,
            );
            assert.match(
                lines[1] ?? "",
                /found 25d, .* stays valid for 24h \(the default of overlap\) .* Write every: 22d or less/,
            );
            // Right with an overlap of an hour.
            assert.equal(problemsIn([withRotation({ every: "551h", overlap }, {}, astronomer)]).length, 1);
        }
    });

    it("refuses an every that is too long together with other problems of the Deployment", () => {
        const paths = (rest: object) =>
            problemsIn([withRotation({ every: "25d", ...rest }, { scope: "a/b" })]).map((line) =>
                line.slice(0, line.indexOf(":")),
            );
        const [scope, every] = ["deployments[0] (solar).backend.scope", "deployments[0] (solar).rotation.every"];
        assert.deepEqual(paths({}), [scope, every]);
        // A mistyped key may be the one that makes it right.
        assert.deepEqual(paths({ evry: "20d" }), [scope, "deployments[0] (solar).rotation.evry"]);
        const mistyped = withRotation({ every: "25d" }, { secretIdTTL: 3_456_000 });
        assert.equal(problemsIn([mistyped]).length, 1);
        const invalid = withRotation({ every: "25d" }, { secretIdTtl: "40d" });
        assert.equal(problemsIn([invalid]).length, 1);
        const inAzure = {
            name: "solar",
            target: target("solar"),
            backend: { ...azure, scope: "_", clientSecretDays: 90 },
        };
        assert.equal(problemsIn([inAzure]).length, 2);
    });

    it("proposes never for a credential that lives too short, and accepts it", () => {
        assertProblem(
            [withRotation({}, { secretIdTtl: 7 * 86_400 })],
            "deployments[0] (solar).rotation.every",
            "20d, but a credential lives 7d (backend.secretIdTtl) and stays valid for 24h (overlap) after it has been replaced",
            `Allowed: ${RULE}. Write every: never, or raise backend.secretIdTtl.`,
        );
        assert.deepEqual(problemsIn([withRotation({ every: "never" }, { secretIdTtl: 3600 })]), []);
    });

    it("says what replaced generation", () => {
        assertProblem(
            [minimal("solar", { generation: 2 })],
            "deployments[0] (solar).backend.generation",
            "2",
            "Allowed: no such key: the stack replaces each credential by itself, when it is as old as rotation.every. Remove it.",
        );
    });
});

describe("a duration", () => {
    it("is parsed and formatted", () => {
        assert.deepEqual(["20d", "36h", "0h"].map(durationMs), [20 * DAY, 1.5 * DAY, 0]);
        assert.deepEqual(["d", "1", "01d", "1m", "1d "].map(durationMs), Array(5).fill(undefined));
        assert.deepEqual([20 * DAY, 1.5 * DAY, 1.6 * DAY].map(formatDuration), ["20d", "36h", "38h"]);
    });
});
