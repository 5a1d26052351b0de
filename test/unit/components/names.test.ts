import assert from "node:assert/strict";
import * as fc from "fast-check";
import { serviceName, shortenWithHash } from "../../../components/names";

const stack = fc.stringMatching(/^[A-Za-z0-9._-]{1,30}$/);
const deployment = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);

describe("serviceName", () => {
    it("contains stack and Deployment", () => {
        assert.equal(serviceName("dev", "solar-dust-1234"), "airflow.dev.solar-dust-1234");
    });

    it("is a name that Vault does not change: lower case, a letter, digit or underscore at both ends", () => {
        fc.assert(
            fc.property(stack, deployment, (of, name) => {
                assert.match(serviceName(of, name), /^[a-z0-9_](([a-z0-9_.-]+)?[a-z0-9_])?$/);
            }),
        );
    });

    it("never returns the same name for two Deployments, even if only the case of the stack differs", () => {
        fc.assert(
            fc.property(stack, deployment, stack, deployment, (stackA, nameA, stackB, nameB) => {
                fc.pre(stackA !== stackB || nameA !== nameB);
                assert.notEqual(serviceName(stackA, nameA), serviceName(stackB, nameB));
            }),
        );
        assert.notEqual(serviceName("Dev", "a"), serviceName("dev", "a"));
        assert.notEqual(serviceName("a-b", "c"), serviceName("a", "b-c"));
    });
});

describe("shortenWithHash", () => {
    it("returns short names unchanged, and shortens long ones to the limit so that they still differ", () => {
        assert.equal(shortenWithHash("abc", 3), "abc");
        fc.assert(
            fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (left, right) => {
                fc.pre(left !== right);
                assert.ok(shortenWithHash(left, 20).length <= 20);
                assert.notEqual(shortenWithHash(left, 20), shortenWithHash(right, 20));
            }),
        );
    });
});
