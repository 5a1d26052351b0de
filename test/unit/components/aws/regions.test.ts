import assert from "node:assert/strict";
import { aws } from "../../../../components/aws/preflight";
import { regionWarnings } from "../../../../components/aws/regions";
import { deploymentWith } from "../current";
import { Mocks, settled } from "../mocks";
import { warningsOf } from "../../warnings";

describe("an AWS region", () => {
    it("that the SDK knows has no warning", () => {
        assert.deepEqual(regionWarnings(["eu-central-1", "us-gov-west-1", "cn-north-1", "eu-central-1"]), []);
    });

    it("that nobody knows has one warning, with the region that was probably meant", () => {
        const [first, second, ...more] = regionWarnings(["eu-centrall-1", "xx-nowhere-9", "eu-centrall-1"]);
        assert.match(
            first ?? "",
            /^region eu-centrall-1 is not one of the \d\d AWS regions .*\(eu-central-1 is\).*correct/,
        );
        assert.match(second ?? "", /^region xx-nowhere-9 is not one of/);
        assert.deepEqual(more, []);
    });

    it("that nobody knows is no error", async () => {
        await Mocks.set();
        const backend = { kind: "aws-parameter-store", region: "eu-nowhere-1", login: "access-key" } as const;
        const warnings = await warningsOf(async () => {
            const { problems } = await aws.lookUp([deploymentWith<Config>(backend, { testSecrets: false })], {});
            assert.deepEqual(problems, []);
            await settled();
        });
        assert.deepEqual(warnings, regionWarnings(["eu-nowhere-1"]));
    });
});

type Config = Parameters<typeof aws.lookUp>[0][number]["backend"];
