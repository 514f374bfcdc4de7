// Stands in for what finds variables in diagrams: a table of ours has its vocabulary.
export const DmnVariableResolverModule = {};
