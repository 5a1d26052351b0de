/** What Azure's APIs answer when they refuse: Resource Manager, Graph and Key Vault have one shape. */
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

/** What Microsoft Entra ID answers: RFC 6749, with a number of its own. */
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

export const notBuilt = (what: string): AzureError =>
    new AzureError(501, "NotImplemented", `the stand-in for Azure has no ${what}`);
