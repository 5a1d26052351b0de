import type * as pulumi from "@pulumi/pulumi";

/** Waits until the engine has registered a resource. In an `up`, it is then in the state. */
export async function registered({ urn }: pulumi.Resource): Promise<void> {
    await new Promise<void>((resolve) => {
        urn.apply(() => {
            resolve();
        });
    });
}
