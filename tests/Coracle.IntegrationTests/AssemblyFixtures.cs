using Coracle.TestSupport;

[assembly: AssemblyFixture(typeof(FixtureRegistry))]
