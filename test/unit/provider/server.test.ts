import assert from "node:assert/strict";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { fromStruct, toStruct } from "../../../provider/marshal";
import { NotReady, UNKNOWN, type Context, type Package, type Properties } from "../../../provider/resourceType";
import { serve } from "../../../provider/server";

const THING = "urn:pulumi:dev::project::parent:index:Parent$test:index:Thing::my-thing";
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

describe("the plugin server", () => {
    const calls: string[] = [];
    const logged: unknown[] = [];
    let context: Context | undefined;
    let stop: () => void;
    let client: ResourceProviderClient;

    const testPackage: Package = {
        name: "test",
        version: "1.2.3",
        configure: (settings) => {
            calls.push(`configure ${JSON.stringify(settings)}`);
        },
        resources: {
            "test:index:Thing": {
                inputs: ["name", "size", "again"],
                required: ["name"],
                replaceOn: ["name"],
                once: ["again"],
                computed: ["password"],
                secrets: ["password"],
                preview(inputs) {
                    calls.push(`preview ${JSON.stringify(inputs)}`);
                    return Promise.resolve();
                },
                create(inputs, given) {
                    calls.push("create");
                    context = given;
                    given.log("info", "half-way");
                    if (inputs.name === "slow") {
                        throw new NotReady("it is not ready", { id: "thing-2", outputs: { name: "slow" } });
                    }
                    if (inputs.name === "taken") {
                        throw new Error("there is a thing of that name already");
                    }
                    return Promise.resolve({ id: "thing-1", outputs: { ...inputs, password: "p" } });
                },
                read: () => Promise.resolve(undefined),
                delete: () => Promise.resolve(),
            },
        },
        functions: {
            "test:index:getThing": { inputs: ["name"], call: ({ name }) => Promise.resolve({ found: name }) },
        },
    };

    before(async () => {
        const served = await serve(testPackage, {
            port: 0,
            serverName: "the test",
            log: (...what) => logged.push(what),
        });
        const { port } = served;
        ({ stop } = served);
        client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    });
    after(() => {
        client.close();
        stop();
    });

    function check(urn: string, inputs: Properties): Promise<messages.CheckResponse> {
        const request = new messages.CheckRequest().setUrn(urn).setNews(toStruct(inputs));
        return new Promise((resolve, reject) => client.check(request, settle(resolve, reject)));
    }

    function create(inputs: Properties, preview: boolean): Promise<messages.CreateResponse> {
        const request = new messages.CreateRequest().setUrn(THING).setProperties(toStruct(inputs)).setPreview(preview);
        return new Promise((resolve, reject) => client.create(request, settle(resolve, reject)));
    }

    function diff(old: Properties, news: Properties): Promise<messages.DiffResponse> {
        const request = new messages.DiffRequest().setUrn(THING).setOldInputs(toStruct(old)).setNews(toStruct(news));
        return new Promise((resolve, reject) => client.diff(request, settle(resolve, reject)));
    }

    function invoke(token: string, inputs: Properties): Promise<messages.InvokeResponse> {
        const request = new messages.InvokeRequest().setTok(token).setArgs(toStruct(inputs));
        return new Promise((resolve, reject) => client.invoke(request, settle(resolve, reject)));
    }

    function settle<T>(resolve: (value: T) => void, reject: (error: Error) => void) {
        return (error: ServiceError | null, response: T): void => {
            if (error === null) {
                resolve(response);
            } else {
                reject(error);
            }
        };
    }

    it("names an unknown resource type, and the known ones", async () => {
        const unknown = THING.replace("Thing", "Other");
        await assert.rejects(check(unknown, {}), /no resource type "test:index:Other", only: test:index:Thing/);
    });

    it("names an unknown function, and the known ones", async () => {
        await assert.rejects(
            invoke("test:index:other", {}),
            /no function "test:index:other", only: test:index:getThing/,
        );
        const { found } = fromStruct((await invoke("test:index:getThing", { name: "x" })).getReturn());
        assert.equal(found, "x");
    });

    it("names an unknown property and a missing one", async () => {
        const failures = (await check(THING, { colour: "red" }))
            .getFailuresList()
            .map((failure) => failure.getReason());
        assert.equal(failures.length, 2);
        assert.match(failures[0]!, /no property "colour", only: name, size, again/);
        assert.match(failures[1]!, /"name" is required/);
        const [failure] = (await invoke("test:index:getThing", { colour: "red" })).getFailuresList();
        assert.match(failure!.getReason(), /no property "colour"/);
    });

    it("calls preview instead of create in a preview, and leaves computed outputs unknown", async () => {
        calls.length = 0;
        const response = await create({ name: "a" }, true);
        assert.deepEqual(calls, ['preview {"name":"a"}']);
        const { name, password } = fromStruct(response.getProperties());
        assert.equal(name, "a");
        assert.deepEqual(password, { ...SECRET, value: UNKNOWN });
    });

    it("marks the type's secret outputs as secret", async () => {
        const response = await create({ name: "a" }, false);
        assert.equal(response.getId(), "thing-1");
        assert.deepEqual(fromStruct(response.getProperties()), { name: "a", password: { ...SECRET, value: "p" } });
    });

    it("returns the error of a service", async () => {
        await assert.rejects(create({ name: "taken" }, false), /there is a thing of that name already/);
    });

    it("makes the engine store a resource that was created but is not ready", async () => {
        await assert.rejects(create({ name: "slow" }, false), (error: ServiceError) => {
            assert.match(error.message, /it is not ready/);
            const [details] = error.metadata.get("grpc-status-details-bin");
            const [detail] = Status.deserializeBinary(new Uint8Array(details as Buffer)).getDetailsList();
            assert.equal(detail?.getTypeUrl(), "type.googleapis.com/pulumirpc.ErrorResourceInitFailed");
            const failed = messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
            assert.equal(failed.getId(), "thing-2");
            assert.deepEqual(failed.getReasonsList(), ["it is not ready"]);
            assert.deepEqual(fromStruct(failed.getProperties()), { name: "slow" });
            return true;
        });
    });

    it("logs a type's messages for the resource", async () => {
        logged.length = 0;
        await create({ name: "a" }, false);
        assert.deepEqual(logged, [[THING, "info", "half-way"]]);
    });

    it("passes the timeout to a type, and aborts its signal on cancel", async () => {
        const request = new messages.CreateRequest()
            .setUrn(THING)
            .setProperties(toStruct({ name: "a" }))
            .setTimeout(90);
        await new Promise((resolve, reject) => client.create(request, settle(resolve, reject)));
        assert.equal(context?.timeoutMs, 90_000);
        assert.equal(context.signal.aborted, false);
        await new Promise((resolve, reject) => client.cancel(new Empty(), settle(resolve, reject)));
        assert.equal(context.signal.aborted, true);
    });

    it("passes on the provider's settings, with secrets as plain values", async () => {
        calls.length = 0;
        const settings = { context: "production", kubeconfig: { ...SECRET, value: "apiVersion: v1" } };
        const request = new messages.ConfigureRequest().setArgs(toStruct(settings));
        await new Promise((resolve, reject) => client.configure(request, settle(resolve, reject)));
        assert.deepEqual(calls, ['configure {"context":"production","kubeconfig":"apiVersion: v1"}']);
    });

    it("reports changed settings, so that the engine reconfigures the provider, and replaces nothing", async () => {
        const diff = (old: Properties, news: Properties) =>
            new Promise<messages.DiffResponse>((resolve, reject) => {
                const request = new messages.DiffRequest().setOldInputs(toStruct(old)).setNews(toStruct(news));
                client.diffConfig(request, settle(resolve, reject));
            });
        const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
        assert.equal((await diff({ context: "a" }, { context: "a" })).getChanges(), DIFF_NONE);
        const other = await diff({ context: "a" }, { context: "b", kubeconfig: "secret" });
        assert.deepEqual([other.getChanges(), other.getReplacesList()], [DIFF_SOME, []]);
    });

    it("distinguishes no change, an update and a replacement", async () => {
        const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
        assert.equal((await diff({ name: "a" }, { name: "a" })).getChanges(), DIFF_NONE);
        const updated = await diff({ name: "a" }, { name: "a", size: 2 });
        assert.equal(updated.getChanges(), DIFF_SOME);
        assert.deepEqual(updated.getReplacesList(), []);
        assert.deepEqual((await diff({ name: "a" }, { name: "b" })).getReplacesList(), ["name"]);
    });

    it("takes an input that asks for something in one run as a change only when it is set", async () => {
        const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
        const [without, asked] = [{ name: "a" }, { name: "a", again: ["x"] }];
        assert.equal((await diff(without, asked)).getChanges(), DIFF_SOME);
        assert.equal((await diff(asked, asked)).getChanges(), DIFF_SOME, "it is needed once more");
        assert.equal((await diff(asked, without)).getChanges(), DIFF_NONE);
    });

    it("returns an empty id if a resource was deleted", async () => {
        const request = new messages.ReadRequest().setUrn(THING).setId("thing-1");
        const response = await new Promise<messages.ReadResponse>((resolve, reject) =>
            client.read(request, settle(resolve, reject)),
        );
        assert.equal(response.getId(), "");
    });
});
