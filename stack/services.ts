import { astronomer } from "../components/astronomer/preflight";
import { aws } from "../components/aws/preflight";
import { azure } from "../components/azure/preflight";
import type { BackendService } from "../components/backend";
import { gcp } from "../components/gcp/preflight";
import { kubernetes } from "../components/kubernetes/preflight";
import type { TargetService } from "../components/target";
import { vault } from "../components/vault/preflight";
import type { DeploymentConfig } from "./schema";

/** All services that store secrets. stack/kinds.ts lists their kinds of backend. */
export const backendServices: readonly BackendService<DeploymentConfig["backend"]>[] = [vault, aws, gcp, azure];

/** All platforms that Airflow can run on. stack/kinds.ts lists the same kinds of target. */
export const targetServices: readonly TargetService<DeploymentConfig["target"]>[] = [astronomer, kubernetes];
