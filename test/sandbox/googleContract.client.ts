/**
 * Reads a secret with Google's own Node.js client, which logs in with the credential configuration in a file:
 * `googleContract.client.ts CONFIG SECRET`. Prints what it reads, or the status and the reason of the refusal.
 */
import { auth as google } from "@googleapis/iam";

interface ClientError {
    readonly status?: number;
    readonly response?: { readonly data?: { readonly error?: string | { readonly status?: string } } };
}

async function main(keyFilename: string, secret: string): Promise<void> {
    const scopes = "https://www.googleapis.com/auth/cloud-platform";
    const auth = new google.GoogleAuth({ keyFilename, scopes });
    const url = `https://secretmanager.googleapis.com/v1/${secret}/versions/latest:access`;
    try {
        const { data } = await auth.request<{ payload: { data: string } }>({ url });
        console.log(Buffer.from(data.payload.data, "base64").toString("utf8"));
    } catch (error) {
        const { status, response } = error as ClientError;
        const reason = response?.data?.error;
        console.log(`${String(status)} ${(typeof reason === "object" ? reason.status : reason) ?? String(error)}`);
    }
}

const [config = "", secret = ""] = process.argv.slice(2);
void main(config, secret);
