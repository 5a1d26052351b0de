import assert from "node:assert/strict";
import { findClusterProblems, readCluster } from "../../../../components/vault/clusters";
import { mockNetwork } from "../../mockNetwork";

const OWN = "http://127.0.0.1:8200/";
const uses = [
    { deployment: "solar", address: "https://vault.example.com" },
    { deployment: "lunar", address: "https://vault.example.com" },
];
const cluster = (id: string, mode = "disabled") => ({ cluster_id: id, replication_performance_mode: mode });

describe("the Vault at an address", () => {
    const network = mockNetwork();

    function answer(origin: string, status: number, body: object | string): void {
        network()
            .get(origin)
            .intercept({ path: (path) => path.startsWith("/v1/sys/health?") })
            .reply(status, body);
    }
    const answerAt = (body: object | string, status = 200): void => {
        answer("http://127.0.0.1:8200", 200, cluster("one"));
        answer("https://vault.example.com", status, body);
    };

    it("is not asked if it is the address that Pulumi uses, in whatever spelling", async () => {
        const found = await findClusterProblems(uses, "https://VAULT.example.com:443//");
        assert.deepEqual(found, { problems: [], warnings: [] });
    });

    it("may have several addresses", async () => {
        answerAt(cluster("one"));
        assert.deepEqual(await findClusterProblems(uses, OWN), { problems: [], warnings: [] });
    });

    it("must be the one that Pulumi uses", async () => {
        answerAt(cluster("other"));
        const { problems, warnings } = await findClusterProblems(uses, OWN);
        assert.deepEqual(warnings, []);
        assert.equal(problems.length, 1);
        assert.match(
            problems[0] ?? "",
            /^Deployment "solar", "lunar": address https:\/\/vault\.example\.com is the Vault with cluster id other, .* with one /,
        );
    });

    it("may be a replica of it", async () => {
        answer("http://127.0.0.1:8200", 200, cluster("one", "primary"));
        answer("https://vault.example.com", 200, cluster("other", "secondary"));
        assert.deepEqual(await findClusterProblems(uses, OWN), { problems: [], warnings: [] });
    });

    it("is not judged if it does not answer from here", async () => {
        answer("http://127.0.0.1:8200", 200, cluster("one"));
        network()
            .get("https://vault.example.com")
            .intercept({ path: () => true })
            .replyWithError(new Error("connect ECONNREFUSED"));
        assert.deepEqual(await findClusterProblems(uses, OWN), { problems: [], warnings: [] });
    });

    it("gets a warning if it does not answer as Vault", async () => {
        answerAt("<html>Not allowed</html>", 403);
        const { problems, warnings } = await findClusterProblems(uses, OWN);
        assert.deepEqual(problems, []);
        assert.match(warnings.join(), /does not say which Vault cluster it is: 403 <html>Not allowed/);
    });

    it("is reported if Pulumi's own does not answer", async () => {
        answer("http://127.0.0.1:8200", 502, "<html>");
        await assert.rejects(
            findClusterProblems(uses, OWN),
            /8200\/ does not say which Vault cluster it is: 502 <html>/,
        );
    });

    it("also says its cluster as a standby", async () => {
        answer("http://127.0.0.1:8200", 429, cluster("one"));
        assert.deepEqual(await readCluster(OWN), { id: "one", isReplicated: false });
    });
});
