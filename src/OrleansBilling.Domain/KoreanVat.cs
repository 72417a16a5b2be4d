namespace OrleansBilling.Domain;

public static class KoreanVat { }
