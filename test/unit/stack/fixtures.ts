import * as assert from "node:assert/strict";
import { ConfigError } from "../../../config/errors";
import { parseStack } from "../../../stack/parse";
import type { DeploymentConfig } from "../../../stack/schema";

type Json = Record<string, unknown>;

/** Parses a list of Deployments. `isTestStack`: as the config of a stack that expires. */
export function parseDeployments(deployments: unknown, isTestStack = false): readonly DeploymentConfig[] {
    return parseStack({ deployments, ...(isTestStack ? { expires: "2026-12-01T18:00:00Z" } : {}) }).deployments;
}

/** The minimal config of a Deployment, with its own scope and workloads. */
export function minimal(name = "solar-dust-1234", backend: Json = {}, rest: Json = {}): Json {
    return {
        name,
        backend: { kind: "vault", address: "https://vault.example.com", scope: name, ...backend },
        target: target(name),
        ...rest,
    };
}

export function target(name: string, more: Json = {}): Json {
    return { kind: "kubernetes", namespace: `airflow-${name}`, workloads: [workload()], ...more };
}

export function workload(more: Json = {}): Json {
    return { kind: "Deployment", name: "scheduler", containers: ["scheduler"], ...more };
}

/** Returns the lines of the config error; none if the config is valid. */
export function problemsIn(found: unknown): readonly string[] {
    try {
        parseDeployments(found);
        return [];
    } catch (error) {
        assert.ok(error instanceof ConfigError, String(error));
        assert.equal(error.message, error.problems.join("\n"));
        return error.problems;
    }
}

/** Asserts that there is exactly one problem, at that path, and that its line has all parts. */
export function assertProblem(found: unknown, path: string, what: string, rest: RegExp | string): void {
    const [line, ...others] = problemsIn(found);
    assert.deepEqual(others, []);
    assert.ok(line !== undefined);
    assert.equal(line.slice(0, line.indexOf(" Allowed: ")), `${path}: found ${what}.`);
    const after = line.slice(`${path}: found ${what}. `.length);
    if (typeof rest === "string") {
        assert.equal(after, rest);
    } else {
        assert.match(after, rest);
    }
    assert.match(line, /Allowed: .+\. .+[.?]$/);
}
