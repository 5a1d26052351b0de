import { keysReader } from "../../config/partial";
import type { Claim, TargetKind } from "../target";
import { serviceAccountClaims, type TargetPods } from "../trustedPods";
import { astronomerTarget } from "./config";
import { astronomerResourceTypes } from "./resources";

export const astronomerKind = {
    kind: "astronomer",
    component: "AstronomerTarget",
    schema: astronomerTarget,
    claims,
    pods,
    resources: astronomerResourceTypes,
} satisfies TargetKind;

const readRelease = keysReader(astronomerTarget, ["kind", "houstonUrl", "releaseName"]);

function claims(target: unknown, deployment: string | undefined): Claim[] {
    const found = readRelease(target);
    const release = found?.releaseName ?? deployment;
    return found === undefined || release === undefined
        ? []
        : [
              {
                  what: `the release "${release}" at ${found.houstonUrl}`,
                  path: [],
                  rule: {
                      allowed: "each Astronomer Deployment once in the stack",
                      todo: "Keep one of the two, or correct releaseName: its default is the Deployment's name",
                  },
              },
              ...serviceAccountClaims(pods(target)),
          ];
}

const readPods = keysReader(astronomerTarget, ["kind", "namespace", "serviceAccounts", "tokenFile"]);

function pods(target: unknown): TargetPods | undefined {
    const { namespace, serviceAccounts, tokenFile } = readPods(target) ?? {};
    return namespace === undefined || serviceAccounts === undefined
        ? undefined
        : { namespace, serviceAccounts, tokenFile };
}
