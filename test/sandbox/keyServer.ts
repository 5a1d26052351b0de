import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Keeps the key that protects the secrets of a stack, as a company's key service does, in place of a passphrase. From
 * a passphrase, each `pulumi` command computes the key anew, which takes 0.3 s of CPU time. Answers to Pulumi's secrets
 * provider for Vault's transit engine.
 */
export class KeyServer {
    private constructor(
        private readonly server: Server,
        /** Env vars of commands that use the key. */
        readonly env: Readonly<Record<string, string>>,
    ) {}

    static async start(): Promise<KeyServer> {
        const token = randomBytes(16).toString("hex");
        const plaintext = randomBytes(32).toString("base64");
        const server = createServer((request, response) => {
            const isExpected =
                request.url === "/v1/transit/decrypt/stacks" && request.headers["x-vault-token"] === token;
            response.writeHead(isExpected ? 200 : 403, { "content-type": "application/json" });
            response.end(JSON.stringify(isExpected ? { data: { plaintext } } : { errors: ["permission denied"] }));
        });
        await once(server.listen(0, "127.0.0.1"), "listening");
        const { port } = server.address() as AddressInfo;
        return new KeyServer(server, {
            VAULT_SERVER_URL: `http://127.0.0.1:${port}`,
            VAULT_SERVER_TOKEN: token,
        });
    }

    /** Fields of the stack's config file, in place of `encryptionsalt`. */
    readonly configFields = {
        secretsprovider: "hashivault://stacks",
        encryptedkey: Buffer.from("vault:v1:the only key").toString("base64"),
    };

    async close(): Promise<void> {
        this.server.closeAllConnections();
        this.server.close();
        await once(this.server, "close");
    }
}
