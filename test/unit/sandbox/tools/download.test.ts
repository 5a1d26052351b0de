import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { download, NotDownloaded } from "../../../../sandbox/tools/download";

const digest = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

describe("download", () => {
    const binary = Buffer.from("#!/bin/sh\necho hello\n");
    let files: Record<string, Buffer>;
    let server: Server;
    let base: string;
    let dir: string;

    before(async () => {
        server = createServer((request, response) => {
            const content = files[request.url?.slice(1) ?? ""];
            response.statusCode = content === undefined ? 404 : 200;
            response.end(content);
        }).listen(0, "127.0.0.1");
        await once(server, "listening");
        base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => server.close());
    beforeEach(async () => {
        dir = await mkdtemp(join(tmpdir(), "download-"));
        files = { tool: binary };
    });
    afterEach(() => rm(dir, { recursive: true, force: true }));

    const tool = () => ({ url: `${base}/tool`, sha256: digest(binary), binary: "tool" });

    it("writes an executable binary", async () => {
        await download(tool(), dir);
        assert.deepEqual(await readFile(join(dir, "tool")), binary);
        assert.equal((await stat(join(dir, "tool"))).mode & 0o777, 0o755);
    });

    it("unpacks an archive", async () => {
        await mkdir(join(dir, "in", "pulumi"), { recursive: true });
        await writeFile(join(dir, "in", "pulumi", "pulumi"), binary, { mode: 0o755 });
        await execa("tar", ["-czf", join(dir, "p.tar.gz"), "-C", join(dir, "in"), "pulumi"]);
        const archive = await readFile(join(dir, "p.tar.gz"));
        files = { "p.tar.gz": archive };
        const out = join(dir, "out");
        await download({ url: `${base}/p.tar.gz`, sha256: digest(archive), strip: 1 }, out);
        assert.deepEqual(await readdir(out), ["pulumi"]);
        assert.deepEqual(await readFile(join(out, "pulumi")), binary);
    });

    it("rejects a file with another checksum than the pinned one", async () => {
        files.tool = Buffer.from("another");
        await assert.rejects(download(tool(), dir), /has checksum .*, expected .*: not used/);
        assert.deepEqual(await readdir(dir), []);
    });

    it("does not even fetch a file without a pinned checksum", async () => {
        await assert.rejects(download({ ...tool(), sha256: undefined }, dir), (error) => {
            assert.ok(error instanceof NotDownloaded);
            assert.match(error.message, /^no checksum is pinned for http/);
            return true;
        });
        assert.deepEqual(await readdir(dir), []);
    });

    it("reports why a download failed", async () => {
        await assert.rejects(download({ ...tool(), url: `${base}/nothing` }, dir), (error) => {
            assert.ok(error instanceof NotDownloaded);
            assert.match(error.message, /answered 404/);
            return true;
        });
        await assert.rejects(download({ ...tool(), url: "https://nowhere.invalid/tool" }, dir), NotDownloaded);
    });
});
