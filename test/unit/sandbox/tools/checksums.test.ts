import assert from "node:assert/strict";
import checksums from "../../../../sandbox/tools/checksums.json";
import { pins } from "../../../../sandbox/tools/versions";

const systems = ["linux", "darwin"];
const go = systems.flatMap((os) => [`${os}_amd64`, `${os}_arm64`]);
const node = systems.flatMap((os) => [`${os}-x64`, `${os}-arm64`]);

describe("the pinned checksums", () => {
    it("are those of the pinned versions, for each platform that the publisher supports", () => {
        const { pulumi, vault, kubeApiserver, actionlint } = pins;
        const lint = `https://github.com/rhysd/actionlint/releases/download/v${actionlint.version}`;
        const expected = [
            ...node.map((name) => `https://get.pulumi.com/releases/sdk/pulumi-v${pulumi.version}-${name}.tar.gz`),
            ...go.map(
                (name) => `https://releases.hashicorp.com/vault/${vault.version}/vault_${vault.version}_${name}.zip`,
            ),
            ...["amd64", "arm64"].map(
                (arch) => `https://dl.k8s.io/v${kubeApiserver.version}/bin/linux/${arch}/kube-apiserver`,
            ),
            ...go.map((name) => `${lint}/actionlint_${actionlint.version}_${name}.tar.gz`),
        ];
        assert.deepEqual(Object.keys(checksums).sort(), expected.sort());
    });

    it("are different SHA-256 digests", () => {
        const all = Object.values(checksums);
        assert.equal(new Set(all).size, all.length);
        all.forEach((digest) => {
            assert.match(digest, /^[0-9a-f]{64}$/);
        });
    });
});
