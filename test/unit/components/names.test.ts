import assert from "node:assert/strict";
import * as fc from "fast-check";
import { serviceName, shortened } from "../../../components/names";

const stack = fc.stringMatching(/^[A-Za-z0-9._-]{1,30}$/);
const deployment = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);

describe("serviceName", () => {
    it("says stack and Deployment", () => {
        assert.equal(serviceName("dev", "solar-dust-1234"), "airflow.dev.solar-dust-1234");
    });

    it("is what Vault makes of it: lower case, letters and digits at both ends", () => {
        fc.assert(
            fc.property(stack, deployment, (of, name) => {
                assert.match(serviceName(of, name), /^[a-z0-9_](([a-z0-9_.-]+)?[a-z0-9_])?$/);
            }),
        );
    });

    it("never gives two Deployments one name, not even where only the case of the stack differs", () => {
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

describe("shortened", () => {
    it("leaves what fits as it is, and keeps the limit and the difference for what does not", () => {
        assert.equal(shortened("abc", 3), "abc");
        fc.assert(
            fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (left, right) => {
                fc.pre(left !== right);
                assert.ok(shortened(left, 20).length <= 20);
                assert.notEqual(shortened(left, 20), shortened(right, 20));
            }),
        );
    });
});
