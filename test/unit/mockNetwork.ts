import { getGlobalDispatcher, MockAgent, setGlobalDispatcher } from "undici";

/** A request would go to these proxies instead of its mock. */
const proxies = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/** Replaces the network by a mock until `restore` is called. Every request needs an answer. */
export function replaceNetwork(): { readonly agent: MockAgent; readonly restore: () => Promise<void> } {
    const network = getGlobalDispatcher();
    const before = { ...process.env };
    for (const name of proxies) {
        Reflect.deleteProperty(process.env, name);
    }
    const agent = new MockAgent();
    agent.disableNetConnect();
    setGlobalDispatcher(agent);
    return {
        agent,
        restore: async () => {
            setGlobalDispatcher(network);
            for (const name of proxies) {
                if (before[name] !== undefined) process.env[name] = before[name];
            }
            await agent.close();
        },
    };
}

/**
 * Replaces the network in each test of the surrounding `describe`. Returns a function that returns the mock.
 *
 * @param beforeRestore called after each test, before the network is back
 */
export function mockNetwork(beforeRestore: (agent: MockAgent) => unknown = () => undefined): () => MockAgent {
    let replaced: ReturnType<typeof replaceNetwork>;
    beforeEach(() => {
        replaced = replaceNetwork();
    });
    afterEach(async () => {
        try {
            await beforeRestore(replaced.agent);
        } finally {
            await replaced.restore();
        }
    });
    return () => replaced.agent;
}
