/** An error of Azure's APIs: Resource Manager, Graph and Key Vault use the same format. */
export class AzureError extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        message: string,
        readonly extra: { readonly inner?: string; readonly headers?: Readonly<Record<string, string>> } = {},
    ) {
        super(message);
    }

    toJSON(): object {
        const { code, message, extra } = this;
        return {
            error: { code, message, ...(extra.inner === undefined ? {} : { innererror: { code: extra.inner } }) },
        };
    }
}

/** An error of Microsoft Entra ID: RFC 6749, with Entra's own error number. */
export class EntraError extends AzureError {
    constructor(
        status: number,
        readonly oauth: string,
        readonly number: number,
        description: string,
    ) {
        super(status, oauth, `AADSTS${number}: ${description}`);
    }

    override toJSON(): object {
        return { error: this.oauth, error_description: this.message, error_codes: [this.number] };
    }
}

export const notImplemented = (what: string): AzureError =>
    new AzureError(501, "NotImplemented", `the stand-in for Azure has no ${what}`);
