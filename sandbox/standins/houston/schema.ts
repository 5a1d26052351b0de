import { buildSchema } from "graphql";

/** The part of Houston's documented schema that the stack uses: https://www.astronomer.io/docs/software/houston-api */
export const schema = buildSchema(`
    scalar Uuid

    type EnvironmentVariable {
        key: String!
        value: String!
        isSecret: Boolean
    }

    input InputEnvironmentVariable {
        key: String!
        value: String!
        isSecret: Boolean!
    }

    type Deployment {
        id: Uuid!
        releaseName: String!
    }

    type Workspace {
        id: Uuid!
        label: String
        deployments: [Deployment]
    }

    type Query {
        workspaces: [Workspace]
        deploymentVariables(deploymentUuid: Uuid!, releaseName: String!): [EnvironmentVariable]
    }

    type Mutation {
        updateDeploymentVariables(
            deploymentUuid: Uuid!
            releaseName: String!
            environmentVariables: [InputEnvironmentVariable!]!
        ): [EnvironmentVariable]
        deleteDeployment(deploymentUuid: Uuid!): Deployment
    }
`);
