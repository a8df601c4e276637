using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Coracle.Tests.Architecture;

/// <summary>
/// Who uses whom within one assembly, read from its metadata: base types, interfaces, constraints, attributes, fields,
/// signatures, local variables and the tokens of the instructions. Nested types, lambdas and state machines count as the type
/// that they are written in.
/// </summary>
internal sealed class AssemblyReferences : IDisposable
{
    private readonly PEReader _image;
    private readonly MetadataReader _metadata;
    private readonly SignatureTypes _types;
    private readonly HashSet<TypeUse> _uses = [];

    private AssemblyReferences(string path)
    {
        _image = new PEReader(File.OpenRead(path));
        _metadata = _image.GetMetadataReader();
        _types = new SignatureTypes(_metadata);
    }

    /// <summary>Reads all uses of one type of an assembly by another of it.</summary>
    internal static IReadOnlySet<TypeUse> Read(string path)
    {
        using AssemblyReferences references = new(path);
        foreach (TypeDefinitionHandle handle in references._metadata.TypeDefinitions)
            references.AddType(handle);
        return references._uses;
    }

    public void Dispose() => _image.Dispose();

    private void AddType(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        TypeName user = _types.Outermost(handle);
        List<TypeName> used = [];
        Add(type.BaseType);
        foreach (InterfaceImplementationHandle implementation in type.GetInterfaceImplementations())
            Add(_metadata.GetInterfaceImplementation(implementation).Interface);
        AddConstraints(type.GetGenericParameters());
        AddAttributes(type.GetCustomAttributes());
        foreach (FieldDefinitionHandle field in type.GetFields())
        {
            used.AddRange(_metadata.GetFieldDefinition(field).DecodeSignature(_types, null));
            AddAttributes(_metadata.GetFieldDefinition(field).GetCustomAttributes());
        }
        foreach (PropertyDefinitionHandle property in type.GetProperties())
            AddAttributes(_metadata.GetPropertyDefinition(property).GetCustomAttributes());
        foreach (MethodDefinitionHandle method in type.GetMethods())
            AddMethod(_metadata.GetMethodDefinition(method));
        _uses.UnionWith(used.Where(name => name != user).Select(name => new TypeUse(user, name)));

        void Add(EntityHandle token) => used.AddRange(_types.OfToken(token));

        void AddAttributes(CustomAttributeHandleCollection attributes)
        {
            foreach (CustomAttributeHandle attribute in attributes)
                Add(_metadata.GetCustomAttribute(attribute).Constructor);
        }

        void AddConstraints(GenericParameterHandleCollection parameters)
        {
            foreach (GenericParameterHandle parameter in parameters)
            {
                foreach (GenericParameterConstraintHandle constraint in _metadata.GetGenericParameter(parameter).GetConstraints())
                    Add(_metadata.GetGenericParameterConstraint(constraint).Type);
            }
        }

        void AddMethod(MethodDefinition method)
        {
            MethodSignature<ImmutableArray<TypeName>> signature = method.DecodeSignature(_types, null);
            used.AddRange(signature.ReturnType);
            used.AddRange(signature.ParameterTypes.SelectMany(names => names));
            AddConstraints(method.GetGenericParameters());
            AddAttributes(method.GetCustomAttributes());
            if (method.RelativeVirtualAddress == 0)
                return;
            MethodBodyBlock body = _image.GetMethodBody(method.RelativeVirtualAddress);
            if (!body.LocalSignature.IsNil)
            {
                ImmutableArray<ImmutableArray<TypeName>> locals =
                    _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_types, null);
                used.AddRange(locals.SelectMany(names => names));
            }
            foreach (ExceptionRegion region in body.ExceptionRegions.Where(region => !region.CatchType.IsNil))
                Add(region.CatchType);
            foreach (EntityHandle token in IntermediateLanguage.Tokens(body.GetILReader()))
                Add(token);
        }
    }
}
