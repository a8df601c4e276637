using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Coracle.Tests.Architecture;

/// <summary>The types of the assembly itself that a signature or a token mentions.</summary>
internal sealed class SignatureTypes(MetadataReader metadata) : ISignatureTypeProvider<ImmutableArray<TypeName>, object?>
{
    /// <summary>The type that is not nested in any other, around a type.</summary>
    internal TypeName Outermost(TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        while (type.GetDeclaringType() is { IsNil: false } outer)
            type = metadata.GetTypeDefinition(outer);
        return new TypeName(metadata.GetString(type.Namespace), metadata.GetString(type.Name).Split('`')[0]);
    }

    /// <summary>The types that a token mentions: of a type, field, method, instantiation or call site.</summary>
    internal ImmutableArray<TypeName> OfToken(EntityHandle token)
    {
        if (token.IsNil)
            return [];
        switch (token.Kind)
        {
            case HandleKind.TypeDefinition:
                return [Outermost((TypeDefinitionHandle)token)];
            case HandleKind.TypeSpecification:
                return metadata.GetTypeSpecification((TypeSpecificationHandle)token).DecodeSignature(this, null);
            case HandleKind.FieldDefinition:
                return [Outermost(metadata.GetFieldDefinition((FieldDefinitionHandle)token).GetDeclaringType())];
            case HandleKind.MethodDefinition:
                return [Outermost(metadata.GetMethodDefinition((MethodDefinitionHandle)token).GetDeclaringType())];
            case HandleKind.MethodSpecification:
                MethodSpecification instance = metadata.GetMethodSpecification((MethodSpecificationHandle)token);
                return [.. OfToken(instance.Method), .. instance.DecodeSignature(this, null).SelectMany(names => names)];
            case HandleKind.MemberReference:
                return OfMember(metadata.GetMemberReference((MemberReferenceHandle)token));
            default: // a type of another assembly, or a call site whose types appear elsewhere too
                return [];
        }
    }

    public ImmutableArray<TypeName> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        [Outermost(handle)];

    public ImmutableArray<TypeName> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => [];

    public ImmutableArray<TypeName> GetTypeFromSpecification(
        MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => OfToken(handle);

    public ImmutableArray<TypeName> GetGenericInstantiation(
        ImmutableArray<TypeName> genericType, ImmutableArray<ImmutableArray<TypeName>> typeArguments) =>
        [.. genericType, .. typeArguments.SelectMany(names => names)];

    public ImmutableArray<TypeName> GetFunctionPointerType(MethodSignature<ImmutableArray<TypeName>> signature) =>
        [.. signature.ReturnType, .. signature.ParameterTypes.SelectMany(names => names)];

    public ImmutableArray<TypeName> GetModifiedType(
        ImmutableArray<TypeName> modifier, ImmutableArray<TypeName> unmodifiedType, bool isRequired) => [.. modifier, .. unmodifiedType];

    public ImmutableArray<TypeName> GetArrayType(ImmutableArray<TypeName> elementType, ArrayShape shape) => elementType;

    public ImmutableArray<TypeName> GetSZArrayType(ImmutableArray<TypeName> elementType) => elementType;

    public ImmutableArray<TypeName> GetByReferenceType(ImmutableArray<TypeName> elementType) => elementType;

    public ImmutableArray<TypeName> GetPointerType(ImmutableArray<TypeName> elementType) => elementType;

    public ImmutableArray<TypeName> GetPinnedType(ImmutableArray<TypeName> elementType) => elementType;

    public ImmutableArray<TypeName> GetPrimitiveType(PrimitiveTypeCode typeCode) => [];

    public ImmutableArray<TypeName> GetGenericMethodParameter(object? genericContext, int index) => [];

    public ImmutableArray<TypeName> GetGenericTypeParameter(object? genericContext, int index) => [];

    private ImmutableArray<TypeName> OfMember(MemberReference member)
    {
        ImmutableArray<TypeName> owner = OfToken(member.Parent);
        if (member.GetKind() == MemberReferenceKind.Field)
            return [.. owner, .. member.DecodeFieldSignature(this, null)];
        MethodSignature<ImmutableArray<TypeName>> signature = member.DecodeMethodSignature(this, null);
        return [.. owner, .. signature.ReturnType, .. signature.ParameterTypes.SelectMany(names => names)];
    }
}
