import * as assert from "node:assert/strict";
import { ConfigError } from "../../../config/errors";
import { parseStack } from "../../../stack/parse";
import type { DeploymentConfig } from "../../../stack/schema";

type Json = Record<string, unknown>;

/** What comes of a list of Deployments, in a stack that stays or in one that expires. */
export function parseDeployments(deployments: unknown, isTestStack = false): readonly DeploymentConfig[] {
    return parseStack({ deployments, ...(isTestStack ? { expires: "2026-12-01T18:00:00Z" } : {}) }).deployments;
}

/** The least that a Deployment needs, with a scope and workloads of its own. */
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

/** The lines with which the config is refused; none when it is not. */
export function mistakesIn(found: unknown): readonly string[] {
    try {
        parseDeployments(found);
        return [];
    } catch (error) {
        assert.ok(error instanceof ConfigError, String(error));
        assert.equal(error.message, error.mistakes.join("\n"));
        return error.mistakes;
    }
}

/** Asserts that there is one mistake, at that place, and that its line has all three parts. */
export function assertMistake(found: unknown, place: string, what: string, rest: RegExp | string): void {
    const [line, ...others] = mistakesIn(found);
    assert.deepEqual(others, []);
    assert.ok(line !== undefined);
    assert.equal(line.slice(0, line.indexOf(" Allowed: ")), `${place}: found ${what}.`);
    const after = line.slice(`${place}: found ${what}. `.length);
    if (typeof rest === "string") {
        assert.equal(after, rest);
    } else {
        assert.match(after, rest);
    }
    assert.match(line, /Allowed: .+\. .+[.?]$/);
}
