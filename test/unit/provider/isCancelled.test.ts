import assert from "node:assert/strict";
import { credentials } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { InvokeRequest, type InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { airflowDeployment } from "../../../provider/package";
import { serve } from "../../../provider/server";

describe("the function isCancelled", () => {
    it("is true once the engine has told the plugin to stop", async () => {
        const { port, stop } = await serve(airflowDeployment(), { port: 0, serverName: "the test" });
        const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
        const isCancelled = async (): Promise<unknown> => {
            const request = new InvokeRequest().setTok("airflow-deployment:index:isCancelled");
            const response = await new Promise<InvokeResponse>((resolve, reject) => {
                client.invoke(request, (error, found) => {
                    if (error === null) {
                        resolve(found);
                    } else {
                        reject(error);
                    }
                });
            });
            return response.getReturn()?.toJavaScript();
        };
        try {
            assert.deepEqual(await isCancelled(), { cancelled: false });
            await new Promise((resolve) => client.cancel(new Empty(), resolve));
            assert.deepEqual(await isCancelled(), { cancelled: true });
        } finally {
            client.close();
            stop();
        }
    });
});
