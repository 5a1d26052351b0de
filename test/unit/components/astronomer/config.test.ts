import assert from "node:assert/strict";
import { assertProblem, minimal, problemsIn, parseDeployments } from "../../stack/fixtures";

const NAME = "solar-dust-1234";
const AT = `deployments[0] (${NAME}).target`;
const URL = "https://houston.example.com/v1";

const on = (target: object, name = NAME): Record<string, unknown> => ({
    ...minimal(name),
    target: { kind: "astronomer", houstonUrl: URL, ...target },
});

describe("config of an Astronomer target", () => {
    it("requires only Houston's URL", () => {
        const [found] = parseDeployments([on({})]);
        assert.deepEqual(found?.target, { kind: "astronomer", houstonUrl: URL, force: false });
        for (const houstonUrl of ["http://localhost:8871/v1", "http://127.0.0.1:1/v1", "http://[::1]:1/v1"]) {
            assert.deepEqual(problemsIn([on({ houstonUrl })]), [], houstonUrl);
        }
    });

    it("writes Houston's URL in its normal form, so that another spelling is neither a change nor another Houston", () => {
        for (const houstonUrl of [
            "https://HOUSTON.example.com:443/v1",
            `${URL}/`,
            "https://Houston.Example.com./v1//",
        ]) {
            const [found] = parseDeployments([on({ houstonUrl })]);
            assert.deepEqual(found?.target, { kind: "astronomer", houstonUrl: URL, force: false });
            const twice = [on({}), on({ releaseName: NAME, houstonUrl }, "lunar-tide-5678")];
            const first = `the release "${NAME}" at ${URL}, the same as deployments[0] (${NAME}).target`;
            assertProblem(twice, "deployments[1] (lunar-tide-5678).target", first, /each Astronomer Deployment once/);
        }
    });

    it("rejects a URL that would send the token unencrypted, and an invalid URL", () => {
        for (const houstonUrl of ["http://houston.example.com/v1", "houston.example.com", `${URL}?x=1`]) {
            const [line = "", ...others] = problemsIn([on({ houstonUrl })]);
            assert.deepEqual(others, []);
            assert.match(line, /houstonUrl: found .*Allowed: the https URL of Houston, http on this machine only/);
        }
    });

    it("validates the other keys and says what is allowed", () => {
        assertProblem([on({ releaseName: "Solar" })], `${AT}.releaseName`, '"Solar"', /DNS label/);
        assertProblem([on({ deploymentUuid: "a b" })], `${AT}.deploymentUuid`, '"a b"', /astro deployment list/);
        assertProblem([on({ workspace: "x" })], `${AT}.workspace`, "an unknown key", /houstonUrl, releaseName/);
    });

    it("rejects two Deployments with the same release, explicit or by default", () => {
        const twice = [on({}), on({ releaseName: NAME }, "lunar-tide-5678")];
        const at = "deployments[1] (lunar-tide-5678).target";
        const first = `the release "${NAME}" at ${URL}, the same as deployments[0] (${NAME}).target`;
        assertProblem(twice, at, first, /each Astronomer Deployment once in the stack/);
        const elsewhere = on({ releaseName: NAME, houstonUrl: "https://houston.example.org/v1" }, "lunar-tide-5678");
        assert.deepEqual(problemsIn([on({}), elsewhere]), []);
    });
});
