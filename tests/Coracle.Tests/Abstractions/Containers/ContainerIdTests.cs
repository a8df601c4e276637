namespace Coracle.Tests.Abstractions.Containers;

public class ContainerIdTests
{
    private const string Digits = "dbcc1c35ac38df41fd2f5e4130b32ffdb93ebae8b3dbe638c23575912276fc9c";

    [Fact]
    public void Parse_SixtyFourDigits_KeepsThem()
    {
        ContainerId id = ContainerId.Parse(Digits);

        id.ToString().Should().Be(Digits);
        id.Short.Should().Be("dbcc1c35ac38");
        id.Should().Be(ContainerId.Parse(Digits));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("dbcc1c35ac38")]
    [InlineData(Digits + "0")]
    [InlineData("DBCC1C35AC38DF41FD2F5E4130B32FFDB93EBAE8B3DBE638C23575912276FC9C")]
    [InlineData("../../../../../../../../../../../../../../../../../../../etc/passw")]
    public void TryParse_AnythingElse_Fails(string? text) => ContainerId.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void New_IsParsableAndNeverTheSame()
    {
        ContainerId id = ContainerId.New();

        ContainerId.Parse(id.ToString()).Should().Be(id);
        ContainerId.New().Should().NotBe(id);
    }

    [Fact]
    public void Default_IsAllZeros()
    {
        default(ContainerId).ToString().Should().Be(new string('0', 64));
        ContainerId.Parse(new string('0', 64)).Should().Be(default(ContainerId));
    }
}
