import assert from "node:assert/strict";
import { assertMistake, minimal, mistakesIn, parseDeployments } from "../../stack/fixtures";

const NAME = "solar-dust-1234";
const AT = `deployments[0] (${NAME}).target`;
const URL = "https://houston.example.com/v1";

const on = (target: object, name = NAME): Record<string, unknown> => ({
    ...minimal(name),
    target: { kind: "astronomer", houstonUrl: URL, ...target },
});

describe("the config of a target on Astronomer", () => {
    it("needs no more than Houston's address", () => {
        const [found] = parseDeployments([on({})]);
        assert.deepEqual(found?.target, { kind: "astronomer", houstonUrl: URL, force: false });
        for (const houstonUrl of ["http://localhost:8871/v1", "http://127.0.0.1:1/v1", "http://[::1]:1/v1"]) {
            assert.deepEqual(mistakesIn([on({ houstonUrl })]), [], houstonUrl);
        }
    });

    it("does not send the token in the clear, nor to what is no address", () => {
        for (const houstonUrl of ["http://houston.example.com/v1", `${URL}/`, "houston.example.com", `${URL}?x=1`]) {
            const [line = "", ...others] = mistakesIn([on({ houstonUrl })]);
            assert.deepEqual(others, []);
            assert.match(line, /houstonUrl: found .*Allowed: the https URL of Houston, http on this machine only/);
        }
    });

    it("has its other keys checked, and says what they may be", () => {
        assertMistake([on({ releaseName: "Solar" })], `${AT}.releaseName`, '"Solar"', /DNS label/);
        assertMistake([on({ deploymentUuid: "a b" })], `${AT}.deploymentUuid`, '"a b"', /astro deployment list/);
        assertMistake([on({ namespace: "x" })], `${AT}.namespace`, "an unknown key", /houstonUrl, releaseName/);
    });

    it("has each Deployment of Astronomer once, whether it is named or not", () => {
        const twice = [on({}), on({ releaseName: NAME }, "lunar-tide-5678")];
        const at = "deployments[1] (lunar-tide-5678).target";
        const first = `the release "${NAME}" at ${URL}, which deployments[0] (${NAME}).target is too`;
        assertMistake(twice, at, first, /each Deployment of Astronomer once in the stack/);
        const elsewhere = on({ releaseName: NAME, houstonUrl: "https://houston.example.org/v1" }, "lunar-tide-5678");
        assert.deepEqual(mistakesIn([on({}), elsewhere]), []);
    });
});
