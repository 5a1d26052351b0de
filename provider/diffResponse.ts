import * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { Difference } from "./diff";

/** A difference, with what the engine needs to know about it. */
export type Detail = Pick<Difference, "path" | "kind" | "replaces"> & {
    /** Whether it is between the old and the new inputs. Otherwise it is between the state and the new inputs. */
    readonly inputDiff: boolean;
};

/** Returns a detailed diff. Callers can set further fields of the response. */
export function diffResponse(details: readonly Detail[]): messages.DiffResponse {
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    const response = new messages.DiffResponse()
        .setChanges(details.length === 0 ? DIFF_NONE : DIFF_SOME)
        .setHasdetaileddiff(true);
    const { Kind } = messages.PropertyDiff;
    const kinds = {
        add: [Kind.ADD, Kind.ADD_REPLACE],
        delete: [Kind.DELETE, Kind.DELETE_REPLACE],
        update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
    } as const;
    for (const { path, kind, replaces, inputDiff } of details) {
        const detail = new messages.PropertyDiff().setKind(kinds[kind][replaces ? 1 : 0]).setInputdiff(inputDiff);
        response.getDetaileddiffMap().set(path, detail);
    }
    return response;
}
